/** Tries models out before anyone depends on them. */
package io.sightline.processors.trial;
