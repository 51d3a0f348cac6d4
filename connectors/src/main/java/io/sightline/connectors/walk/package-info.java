/** Reads what is on a topic, once and to its present end. */
package io.sightline.connectors.walk;
