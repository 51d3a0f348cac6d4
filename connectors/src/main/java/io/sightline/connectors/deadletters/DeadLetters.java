package io.sightline.connectors.deadletters;

import io.sightline.connectors.walk.TopicWalk;
import io.sightline.schemas.topics.Topic;
import io.sightline.schemas.topics.Topics;
import io.sightline.schemas.wire.SchemaRegistry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * The dead letters of an installation: what is there, and a retry of it. Reads without a group; holds the records of one fetch, whatever their
 * size and number. For one thread.
 */
public final class DeadLetters {
    private final Map<String, String> kafka;
    private final Topics topics;
    private final SchemaRegistry registry;
    private final LetterReader reader;

    /** @param kafka where Kafka is, under Kafka's own names */
    public DeadLetters(Map<String, String> kafka, Topics topics, SchemaRegistry registry) {
        this.kafka = Map.copyOf(kafka);
        this.topics = topics;
        this.registry = registry;
        this.reader = new LetterReader(topics, registry);
    }

    /** Sees all there is to see on the way. */
    interface Visitor {
        /** @param record the letter's own */
        void letter(Letter letter, ConsumerRecord<byte[], byte[]> record);

        void retried(LetterPlace letter, Instant time);
    }

    /**
     * A dead letter with all there is.
     *
     * @param record as it is on the topic
     * @param retried when it was sent again
     * @param failedAgain the letters that came of that
     */
    public record Detail(Letter letter, ConsumerRecord<byte[], byte[]> record, List<Instant> retried, List<LetterPlace> failedAgain) {
    }

    /**
     * Looks at all letters that are meant.
     *
     * @param maxRows how many of them, the newest, are told one by one
     * @throws IllegalArgumentException where the topic can't be read
     */
    public Survey survey(LetterSelection selection, int maxRows) {
        Survey survey = new Survey(maxRows);
        scan(selection, new Visitor() {
            @Override
            public void letter(Letter letter, ConsumerRecord<byte[], byte[]> record) {
                letter.retryOf().ifPresent(first -> survey.failedAgain(first, letter.place()));
                if (selection.contains(letter)) {
                    survey.add(letter);
                }
            }

            @Override
            public void retried(LetterPlace letter, Instant time) {
                survey.retried(letter);
            }
        });
        return survey;
    }

    /**
     * The letter at that place; empty where there is none (any more).
     *
     * @throws IllegalArgumentException where the topic can't be read
     */
    public Optional<Detail> find(LetterPlace place) {
        try (TopicWalk walk = walk()) {
            Optional<ConsumerRecord<byte[], byte[]>> found = walk.at(place.partition(), place.offset());
            if (found.isEmpty() || LetterReader.retried(found.get()).isPresent()) {
                return Optional.empty();
            }
            Detail detail = new Detail(reader.letter(found.get()), found.get(), new ArrayList<>(), new ArrayList<>());
            Map<Integer, Long> later = new HashMap<>(walk.offsets(Optional.of(detail.letter().time())));
            later.put(place.partition(), place.offset() + 1);
            scan(walk, later, new Visitor() {
                @Override
                public void letter(Letter letter, ConsumerRecord<byte[], byte[]> record) {
                    letter.retryOf().filter(place::equals).ifPresent(first -> detail.failedAgain().add(letter.place()));
                }

                @Override
                public void retried(LetterPlace letter, Instant time) {
                    if (letter.equals(place)) {
                        detail.retried().add(time);
                    }
                }
            });
            return Optional.of(detail);
        }
    }

    /**
     * What a retry would do.
     *
     * @param again true: also with letters that have been retried before
     * @throws IllegalArgumentException where a topic can't be read
     */
    public RetryPlan plan(LetterSelection selection, boolean again) {
        RetryPlan plan = new RetryPlan(topics, again);
        scan(selection, new Visitor() {
            @Override
            public void letter(Letter letter, ConsumerRecord<byte[], byte[]> record) {
                if (selection.contains(letter)) {
                    plan.add(letter, record);
                }
            }

            @Override
            public void retried(LetterPlace letter, Instant time) {
                plan.retried(letter);
            }
        });
        if (plan.hasEdits()) {
            try (TopicWalk edits = new TopicWalk(kafka, topics.name(Topic.GALLERY))) {
                edits.from(plan.firstEdits(), plan::laterEdit);
            }
        }
        return plan;
    }

    /**
     * Begins a retry: from now on no other one of this installation can send anything, so that no letter is sent twice.
     *
     * @throws IllegalStateException where Kafka does not let it
     */
    public Retry retry() {
        return new Retry(this, kafka, topics);
    }

    /** True: ids and pipelines that stand in Avro values are not known, the schema registry did not answer. */
    public boolean registryAway() {
        return reader.registryAway();
    }

    /** What the original's bytes seem to be, one or more lines without a line end, fit for a terminal. */
    public List<String> describe(Detail detail) {
        return new LetterContent(registry).lines(detail);
    }

    /** Marks are seen behind their letters, always. Not by time: the clock of whoever retried a letter may be behind. */
    private void scan(LetterSelection selection, Visitor visitor) {
        try (TopicWalk walk = walk()) {
            Map<Integer, Long> first = walk.offsets(selection.span().from());
            if (!selection.places().isEmpty()) {
                Map<Integer, Long> wanted = new HashMap<>();
                selection.places().forEach(place -> wanted.merge(place.partition(), place.offset(), Math::min));
                first.keySet().retainAll(wanted.keySet());
                first.replaceAll((partition, offset) -> Math.max(offset, wanted.get(partition)));
            }
            scan(walk, first, visitor);
        }
    }

    void scan(TopicWalk walk, Map<Integer, Long> first, Visitor visitor) {
        walk.from(first, record -> LetterReader.retried(record).ifPresentOrElse(letter -> visitor.retried(letter, Instant.ofEpochMilli(record.timestamp())),
                () -> visitor.letter(reader.letter(record), record)));
    }

    TopicWalk walk() {
        return new TopicWalk(kafka, topics.name(Topic.DEAD_LETTERS));
    }
}
