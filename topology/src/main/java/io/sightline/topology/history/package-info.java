/** Galleries as they were: read from their topics as of an epoch, or not at all where the topics no longer say. */
package io.sightline.topology.history;
