package io.sightline.connectors.replay;

/** Told how a replay goes, on the thread that runs it. */
public interface ReplayListener {
    /**
     * @param name of the run
     * @param total pictures in all
     * @param done of these, by an earlier life of the run
     */
    void begun(String name, int total, int done);

    /** @param done results in the file now */
    void progressed(int done);

    /** A picture that could not be sent. */
    void unreadable(String path, String problem);
}
