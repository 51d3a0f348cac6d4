/** The stage that looks embeddings up in a gallery. */
package io.sightline.processors.lookup;
