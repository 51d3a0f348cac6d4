package io.sightline.processors.classify;

/**
 * One class that a picture may be of.
 *
 * @param id its number in the model's output, from 0
 * @param label its name; the number as text where the model has no names
 * @param score 0..1, unrounded; what the model says where model.yaml has {@code activation: none}
 */
public record ScoredClass(int id, String label, float score) {
}
