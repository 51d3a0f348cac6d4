/** How two sets of results differ. Knows results only: not where they come from, nor how differences are shown. */
package io.sightline.connectors.diff;
