package io.sightline.connect.gallery;

import io.sightline.schemas.request.InvalidRequestException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out what has changed since the last look, and makes edits of it: first what is new or changed, then what is gone, so that a picture that was moved is
 * in the gallery at all times. What is wrong with one picture is told once, counted, and holds up no other. Used by one thread.
 */
final class GalleryFollower {
    private static final Logger LOG = LoggerFactory.getLogger(GalleryFollower.class);
    private static final long NS_PER_MS = 1_000_000;
    /** More say nothing new. */
    private static final int MAX_TOLD = 20;

    private final PictureSource source;
    private final Manifest manifest;
    private final EntryRules rules;
    private final Deletions deletions;
    private final long settleMs;
    private final LongSupplier nowMs;
    private final SourceCounts counts = new SourceCounts();
    private final Deque<Candidate> changed = new ArrayDeque<>();
    private final Deque<String> gone = new ArrayDeque<>();
    /** Troubles of the look before this: they are not told and counted again while they last. */
    private Set<String> before = new HashSet<>();
    private Set<String> troubles = new HashSet<>();
    /** Pictures that were refused, as they were then: they are not read again while they are the same. */
    private final Map<String, Candidate> refused = new HashMap<>();

    /** @param settleMs a file that was modified more recently is left for the next look: somebody may still be writing it */
    GalleryFollower(PictureSource source, Manifest manifest, EntryRules rules, Deletions deletions, long settleMs, LongSupplier nowMs) {
        this.source = source;
        this.manifest = manifest;
        this.rules = rules;
        this.deletions = deletions;
        this.settleMs = settleMs;
        this.nowMs = nowMs;
    }

    SourceCounts counts() {
        return counts;
    }

    /** Whether the last look's changes are not all handed out yet. */
    boolean hasMore() {
        return !changed.isEmpty() || !gone.isEmpty();
    }

    /** Looks anew; only once all changes of the last look have been handed out. */
    void look() {
        before = troubles;
        troubles = new HashSet<>();
        Listing listing;
        try {
            listing = source.list(manifest::isMine);
        } catch (IOException | RuntimeException e) {
            trouble(SourceCounts.Count.UNREADABLE, "the source can't be read, " + e + " (expected: there; nothing is changed, and it is looked at again)");
            return;
        }
        counts.looked(listing.pictures.size());
        listing.troubles.forEach(text -> trouble(SourceCounts.Count.REFUSED, text));
        refused.keySet().retainAll(listing.pictures.keySet());
        for (Candidate candidate : listing.pictures.values()) {
            Fingerprint sent = manifest.get(candidate.id());
            if ((sent == null || !sent.isOf(candidate)) && !candidate.equals(refused.get(candidate.id())) && isSettled(candidate)) {
                changed.add(candidate);
            }
        }
        findGone(listing);
    }

    private boolean isSettled(Candidate candidate) {
        long ageMs = nowMs.getAsLong() - candidate.modifiedNs() / NS_PER_MS;
        // One from the future would never come of age.
        return ageMs < 0 || ageMs >= settleMs;
    }

    private void findGone(Listing listing) {
        if (deletions == Deletions.IGNORE) {
            return;
        }
        List<String> missing = manifest.ids().stream().filter(id -> !listing.pictures.containsKey(id) && listing.knows(id)).toList();
        if (!missing.isEmpty() && listing.total == 0 && deletions == Deletions.FOLLOW) {
            trouble(SourceCounts.Count.UNREADABLE, "no picture is left, and none of the " + missing.size() + " entries sent from here is removed (expected: a folder that is mounted; deletions=always removes them)");
            return;
        }
        gone.addAll(missing);
    }

    /** Some edits, up to a number and about as many bytes; the pictures are read now. */
    List<Edit> next(int maxEdits, long maxBytes) {
        List<Edit> edits = new ArrayList<>();
        long bytes = 0;
        while (edits.size() < maxEdits && bytes < maxBytes && hasMore()) {
            Edit edit = changed.isEmpty() ? removal(gone.poll()) : addition(changed.poll());
            if (edit != null) {
                edits.add(edit);
                bytes += edit.bytes();
            }
        }
        return edits;
    }

    /** Null: nothing to send. */
    private Edit addition(Candidate candidate) {
        byte[] picture;
        try {
            rules.checkBytes(candidate.bytes());
            picture = Files.readAllBytes(candidate.file());
            if (!isStill(candidate, picture)) {
                return null; // somebody is writing it: the next look will find it changed
            }
        } catch (InvalidRequestException e) {
            refused.put(candidate.id(), candidate);
            trouble(SourceCounts.Count.REFUSED, candidate.file() + ": " + e.getMessage());
            return null;
        } catch (NoSuchFileException e) {
            return null; // the next look will miss it
        } catch (IOException e) {
            trouble(SourceCounts.Count.UNREADABLE, candidate.file() + ": can't be read, " + e + " (expected: a JPEG or PNG file; it is tried again)");
            return null;
        }
        refused.remove(candidate.id());
        Fingerprint sent = manifest.get(candidate.id());
        Fingerprint now = Fingerprint.of(candidate, picture);
        manifest.put(candidate.id(), now);
        if (sent != null && sent.sameEntry(now)) {
            return null; // touched, or copied anew
        }
        counts.add(sent == null ? SourceCounts.Count.ADDED : SourceCounts.Count.CHANGED, 1);
        return new Edit(candidate.id(), rules.entry(candidate, picture), manifest.partition(candidate.id()), manifest.offset(candidate.id()), picture.length);
    }

    private static boolean isStill(Candidate candidate, byte[] picture) throws IOException {
        BasicFileAttributes now = Files.readAttributes(candidate.file(), BasicFileAttributes.class);
        return picture.length == candidate.bytes() && now.size() == candidate.bytes() && now.lastModifiedTime().to(TimeUnit.NANOSECONDS) == candidate.modifiedNs();
    }

    private Edit removal(String id) {
        manifest.remove(id);
        counts.add(SourceCounts.Count.REMOVED, 1);
        return new Edit(id, null, manifest.partition(id), manifest.offset(id), 0);
    }

    private void trouble(SourceCounts.Count count, String text) {
        if (!troubles.add(text) || before.contains(text)) {
            return;
        }
        counts.add(count, 1);
        if (troubles.size() <= MAX_TOLD) {
            LOG.warn("{}", text);
        } else if (troubles.size() == MAX_TOLD + 1) {
            LOG.warn("there are more such pictures; the count tells how many");
        }
    }
}
