package io.sightline.synth;

/** The pixels one sprite owns in a picture: the box around them (right and lower edge outside) and how many they are. */
record Extent(int x1, int y1, int x2, int y2, int pixels) {

    static Extent of(Canvas canvas, int owner) {
        int minX = canvas.width;
        int minY = canvas.height;
        int maxX = -1;
        int maxY = -1;
        int count = 0;
        for (int y = 0; y < canvas.height; y++) {
            for (int x = 0; x < canvas.width; x++) {
                if (canvas.owner[y * canvas.width + x] == owner) {
                    minX = Math.min(minX, x);
                    maxX = Math.max(maxX, x);
                    minY = Math.min(minY, y);
                    maxY = y;
                    count++;
                }
            }
        }
        return new Extent(minX, minY, maxX + 1, maxY + 1, count);
    }

    double[] box() {
        return new double[] {x1, y1, x2, y2};
    }
}
