package io.sightline.connect.gallery;

import java.io.IOException;
import java.util.function.Predicate;

/** Where pictures and their labels come from. */
interface PictureSource {
    /**
     * What is there now.
     *
     * @param wanted ids that are asked for
     * @throws IOException the source itself is away: nothing can be said
     */
    Listing list(Predicate<String> wanted) throws IOException;
}
