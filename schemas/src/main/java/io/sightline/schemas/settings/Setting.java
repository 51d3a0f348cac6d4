package io.sightline.schemas.settings;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Documents one key of the configuration file beside the record component it fills: the component {@code maxDelayMs} is the key
 * {@code max_delay_ms}. The loader in the app module reads defaults and ranges from here, and the configuration reference
 * (docs/configuration.md) is generated from here.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Setting {
    /** What the setting does, one or two sentences, unit included. */
    String doc();

    /** The default as YAML text; empty: the key has no scalar default (a section, a list, a map, or an optional value). */
    String def() default "";

    /** Smallest allowed number. */
    double min() default Double.NEGATIVE_INFINITY;

    /** Largest allowed number. */
    double max() default Double.POSITIVE_INFINITY;

    /** True where a change of the value can change a result: such settings make up the lineage's config_hash. */
    boolean affectsResults() default false;
}
