package io.sightline.processors.image;

import org.bytedeco.opencv.global.opencv_core;

/** Sets OpenCV up once, before its first use. */
public final class OpenCv {
    static {
        // JavaCPP would count the whole process against a multiple of the Java heap and run the garbage collector when it is near;
        // pixels are bounded by PixelBudget instead.
        setDefault("org.bytedeco.javacpp.maxBytes", "0");
        setDefault("org.bytedeco.javacpp.maxPhysicalBytes", "0");
        // The stages bring the threads: one picture, one thread.
        opencv_core.setNumThreads(0);
        opencv_core.setUseOptimized(true);
    }

    private OpenCv() {
    }

    private static void setDefault(String key, String value) {
        if (System.getProperty(key) == null) {
            System.setProperty(key, value);
        }
    }

    /** Loads and sets up OpenCV; called any number of times, does so once. */
    public static void load() {
        // The static initialiser has done it.
    }
}
