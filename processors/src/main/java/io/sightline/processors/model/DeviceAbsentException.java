package io.sightline.processors.model;

/** A device is not there, or its libraries are not. */
final class DeviceAbsentException extends Exception {
    private static final long serialVersionUID = 1L;

    DeviceAbsentException(String message, Throwable cause) {
        super(message, cause);
    }
}
