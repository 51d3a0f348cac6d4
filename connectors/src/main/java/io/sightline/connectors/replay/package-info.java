/** Whole datasets through the topics: requests out, each one's result into a file, once, also over a kill -9. */
package io.sightline.connectors.replay;
