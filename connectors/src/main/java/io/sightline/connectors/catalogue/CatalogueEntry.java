package io.sightline.connectors.catalogue;

/**
 * A gallery entry without its picture and vector.
 *
 * @param attributes a JSON object
 * @param epoch sequence number of the edit that made it so
 * @param model name@version#hash of the model that made its vector
 * @param error why it can't be found; null: it can
 */
public record CatalogueEntry(String label, String attributes, long epoch, String model, String error) {
}
