package io.sightline.connectors.reply;

/**
 * What a {@link RequestReply} has done since its start.
 *
 * @param inFlight calls waiting now
 * @param answered calls that got their answer
 * @param timedOut calls nobody answered in time
 * @param refused calls not taken on: too many in flight, the same id in flight, Kafka away, closed
 * @param cancelled calls whose caller went away
 * @param unsent of the calls that ended without an answer, those that did before they were written to Kafka: they cost the workers nothing
 * @param failed calls that were sent in vain: Kafka did not take the request, the answer was unreadable, or closed meanwhile
 */
public record ReplyStats(int inFlight, long answered, long timedOut, long refused, long cancelled, long unsent, long failed) {
}
