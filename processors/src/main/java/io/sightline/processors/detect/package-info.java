/** Finds things in pictures: the detect stage and the decoders of detection models' outputs. */
package io.sightline.processors.detect;
