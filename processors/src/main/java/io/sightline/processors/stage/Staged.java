package io.sightline.processors.stage;

/** A stage's result for one item, and what it took. */
public record Staged<T>(StageResult<T> result, StageTiming timing) {
}
