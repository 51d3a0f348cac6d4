package io.sightline.processors.prepare;

/** PaddleClas's ToCHWImage: one plane a channel instead of pixel after pixel. Always the last operation. */
public record ToChwImage() implements PreprocessOp {
}
