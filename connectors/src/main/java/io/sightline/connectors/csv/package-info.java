/** Comma-separated values, RFC 4180. */
package io.sightline.connectors.csv;
