package io.sightline.processors.prepare;

/** One operation of a model's preprocessing, as its model.yaml lists them. */
public sealed interface PreprocessOp permits PixelOp, NormalizeImage, ToChwImage {
}
