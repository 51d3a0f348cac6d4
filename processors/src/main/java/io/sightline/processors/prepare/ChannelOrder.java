package io.sightline.processors.prepare;

/** Order of the colour channels in a model's input. Decoded pictures are BGR. */
public enum ChannelOrder {
    RGB,
    BGR;

    /** Which channel of a BGR pixel becomes the result's channel. */
    int source(int channel) {
        return this == BGR ? channel : NormalizeImage.CHANNELS - 1 - channel;
    }
}
