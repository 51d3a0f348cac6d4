package io.sightline.connectors.bridge.hub;

/**
 * A module as it is served.
 *
 * @param name as clients call it: {@code clas_system}
 * @param pipeline that answers for it
 * @param classifies true: whole pictures are classified, and the answer is {@code clas_system}'s; false: the answer is a detection module's
 */
public record HubModule(String name, String pipeline, boolean classifies) {
}
