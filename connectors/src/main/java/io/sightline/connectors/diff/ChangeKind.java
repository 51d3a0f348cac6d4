package io.sightline.connectors.diff;

import java.util.Locale;

/** What may be different about a request's two results, or about two detections. The worst first. */
public enum ChangeKind {
    /** One was recognised and the other was not, or their error numbers differ. Nothing else is compared then. */
    ERROR_CHANGED(false),
    /** A thing has another name: another best match, none any more, another class. */
    LABEL_CHANGED(false),
    /** A thing is in A only. */
    VANISHED(false),
    /** A thing is in B only. */
    APPEARED(false),
    /** A thing's box overlaps the other one less than the tolerance says. */
    BOX_MOVED(false),
    /** A thing's score, or that of its label, differs by more than the tolerance. */
    SCORE_MOVED(false),
    /** Anything else a result says: further matches, entries, classes, embedding, landmarks, image size, pipeline, error text, attributes. */
    DETAILS_CHANGED(false),
    /** B has no result of the request. */
    ONLY_IN_A(true),
    /** A has no result of the request. */
    ONLY_IN_B(true),
    SAME(false);

    private final boolean oneSided;

    ChangeKind(boolean oneSided) {
        this.oneSided = oneSided;
    }

    /** True where there is a result on one side only. */
    public boolean oneSided() {
        return oneSided;
    }

    /** As users write it: {@code label-changed}. */
    public String text() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
