/** What is in the galleries, kept in memory for those who ask: a follower of the topic gallery-vectors that leaves the vectors out. */
package io.sightline.connectors.catalogue;
