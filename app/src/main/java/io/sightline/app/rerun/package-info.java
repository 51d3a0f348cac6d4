/** Requests of the past, answered again with the lineage that they had or with another one. */
package io.sightline.app.rerun;
