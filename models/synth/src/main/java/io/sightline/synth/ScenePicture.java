package io.sightline.synth;

import java.util.List;

/** A photographed scene and its ground truth. */
public record ScenePicture(byte[] jpeg, int width, int height, List<TrueObject> objects) {
}
