package io.sightline.connectors.bridge;

import java.util.Map;

/**
 * What a pipeline's stages run.
 *
 * @param models name@version#hash by stage
 * @param devices by stage: cpu, cuda:0
 */
public record PipelineModels(Map<String, String> models, Map<String, String> devices) {
}
