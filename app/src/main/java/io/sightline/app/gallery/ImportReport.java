package io.sightline.app.gallery;

import java.util.List;

/**
 * What an import did.
 *
 * @param replaced lines that were not sent, as a later line has the same id
 * @param notRemoved entries that are not in the file, and were to be removed had no line failed
 * @param failures file, line and reason of what was not done
 * @param epoch sequence number of the last edit; 0: none
 */
public record ImportReport(long added, long removed, long replaced, long notRemoved, List<String> failures, long epoch) {
}
