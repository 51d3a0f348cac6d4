package io.sightline.processors.recognition;

import io.sightline.schemas.settings.Setting;

/** How a gallery's entries are made searchable. */
public record GallerySettings(
        @Setting(doc = "Pipeline whose models make the vectors of this gallery: it detects in gallery pictures, where the embedder wants that, and embeds.", affectsResults = true) String pipeline) {
}
