/** Picture files to pixels: header and structure checks, limits, decoding, and the bound on decoded pixels alive. */
package io.sightline.processors.image;
