/** What the workers' tracers measured lately, kept in memory for those who ask. */
package io.sightline.connectors.trace;
