package io.sightline.app.config;

/** The configuration is at fault; the message names the place, what was seen and what was expected. */
public final class ConfigException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public ConfigException(String message) {
        super(message);
    }
}
