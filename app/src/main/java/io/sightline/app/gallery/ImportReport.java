package io.sightline.app.gallery;

import java.util.List;

/**
 * What an import did.
 *
 * @param failures file, line and reason of what was not done
 * @param epoch sequence number of the last edit; 0: none
 */
public record ImportReport(long added, long removed, List<String> failures, long epoch) {
}
