// jshell --class-path hopperline.jar src/main/jshell/hopperline.jsh
// Names chips, machines and models without their packages: Chips.H100_SXM5, Clusters.named("Memphis"),
// Models.named("Llama 3.1 405B"), Transformer.ofParameters(7e9).
import java.nio.file.*;
import java.time.*;
import java.util.*;
import org.hopperline.core.*;
import org.hopperline.hardware.*;
import org.hopperline.model.*;
import org.hopperline.plan.*;
import org.hopperline.schedule.*;
import org.hopperline.work.*;
import org.hopperline.kernel.*;
import org.hopperline.collective.*;
import org.hopperline.run.campaign.*;
import org.hopperline.run.goodput.*;
import org.hopperline.run.money.*;
import org.hopperline.run.power.*;
import org.hopperline.run.scaling.*;
import org.hopperline.measured.*;
