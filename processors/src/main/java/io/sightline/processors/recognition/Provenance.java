package io.sightline.processors.recognition;

/**
 * What every result of this process follows from.
 *
 * @param build version of Sightline
 * @param configHash hash of the settings that can change a result, 12 hexadecimal digits
 */
public record Provenance(String build, String configHash) {
}
