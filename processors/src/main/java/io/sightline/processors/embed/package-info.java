/** Rectangles of pictures to vectors: the embed stage, and what of a gallery picture is embedded. */
package io.sightline.processors.embed;
