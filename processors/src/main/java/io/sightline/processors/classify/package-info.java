/** Says what a picture shows: the classify stage. */
package io.sightline.processors.classify;
