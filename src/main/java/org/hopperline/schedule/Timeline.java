package org.hopperline.schedule;

import java.util.List;
import org.hopperline.core.Check;

/**
 * What each stage does when: the data of a picture.
 *
 * @param stages number of rows, at least 1
 * @param seconds length of the step
 * @param tasks all tasks in the order of their start
 */
public record Timeline(int stages, double seconds, List<Task> tasks) {

    /** Checks the values and keeps a copy of the tasks. */
    public Timeline {
        Check.positive(stages, "stages");
        Check.nonNegative(seconds, "seconds", "s");
        tasks = List.copyOf(Check.notNull(tasks, "tasks"));
        for (Task task : tasks) {
            ScheduleRules.checkStage(task.stage(), stages);
        }
    }

    /** The picture as fixed-width text of about {@code columns} columns, see {@link TimelineText}. */
    public String toText(int columns) {
        return TimelineText.draw(this, columns);
    }
}
