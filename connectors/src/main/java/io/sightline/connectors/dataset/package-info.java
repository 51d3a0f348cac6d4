/** Datasets of pictures on disk: folders, lists, archives. */
package io.sightline.connectors.dataset;
