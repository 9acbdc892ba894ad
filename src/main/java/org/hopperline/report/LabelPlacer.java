package org.hopperline.report;

import java.util.ArrayList;
import java.util.List;

/**
 * Finds room for labels: each takes, among the places offered, the one that covers least of what is there already. What
 * is there is kept as small rectangles, so that a slanted text is a row of them.
 */
final class LabelPlacer {

    /** A place for a text: its baseline starts at the point, turned clockwise by degrees. */
    record Place(double x, double y, double degrees, double dislike) {}

    private record Box(double left, double top, double right, double bottom, double weight) {

        double overlap(Box other) {
            double across = Math.min(right, other.right) - Math.max(left, other.left);
            double down = Math.min(bottom, other.bottom) - Math.max(top, other.top);
            return across > 0 && down > 0 ? across * down : 0;
        }
    }

    private final List<Box> taken = new ArrayList<>();
    private final Box bounds;

    /** A placer that keeps labels within a rectangle. */
    LabelPlacer(double left, double top, double right, double bottom) {
        this.bounds = new Box(left, top, right, bottom, 0);
    }

    /** Marks a square as taken; weight 1 is what it costs to cover a pixel of text. */
    void take(double x, double y, double side, double weight) {
        taken.add(new Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2, weight));
    }

    /** The best of the places for a text, which is then taken. */
    Place place(String text, double size, List<Place> places) {
        Place best = places.get(0);
        double least = Double.POSITIVE_INFINITY;
        for (Place place : places) {
            double cost = place.dislike();
            for (Box box : boxes(text, size, place)) {
                cost += cost(box);
            }
            if (cost < least) {
                least = cost;
                best = place;
            }
        }
        taken.addAll(boxes(text, size, best));
        return best;
    }

    private double cost(Box box) {
        double area = (box.right - box.left) * (box.bottom - box.top);
        double cost = 5 * (area - box.overlap(bounds));
        for (Box other : taken) {
            cost += other.weight * box.overlap(other);
        }
        return cost;
    }

    private static List<Box> boxes(String text, double size, Place place) {
        double width = TextWidth.of(text, size);
        double cos = Math.cos(Math.toRadians(place.degrees()));
        double sin = Math.sin(Math.toRadians(place.degrees()));
        int parts = place.degrees() == 0 ? 1 : Math.max(1, (int) Math.ceil(width / (0.6 * size)));
        double step = width / parts;
        List<Box> boxes = new ArrayList<>(parts);
        for (int i = 0; i < parts; i++) {
            // The four corners of one piece of the text, from its baseline up.
            double x0 = place.x() + i * step * cos;
            double y0 = place.y() + i * step * sin;
            double x1 = x0 + step * cos;
            double y1 = y0 + step * sin;
            double upX = 0.8 * size * sin;
            double upY = -0.8 * size * cos;
            boxes.add(new Box(
                    Math.min(Math.min(x0, x1), Math.min(x0 + upX, x1 + upX)),
                    Math.min(Math.min(y0, y1), Math.min(y0 + upY, y1 + upY)),
                    Math.max(Math.max(x0, x1), Math.max(x0 + upX, x1 + upX)),
                    Math.max(Math.max(y0, y1), Math.max(y0 + upY, y1 + upY)) + 0.2 * size,
                    2));
        }
        return boxes;
    }
}
