// jshell --class-path "target/classes:target/lib/*" src/main/jshell/hopperline.jsh
// Then: train("Llama 3.1 405B").tokens(15.6e12).batchTokens(16e6).on("Memphis")
// Chips, machines and models go by name: Chips.H100_SXM5, Clusters.named("Memphis"), Models.search("qwen3"),
// Transformer.ofParameters(7e9), HuggingFace.read(Path.of("config.json")).
import static org.hopperline.Hopperline.*;
import java.nio.file.*;
import java.time.*;
import java.util.*;
import org.hopperline.core.*;
import org.hopperline.text.*;
import org.hopperline.hardware.*;
import org.hopperline.model.*;
import org.hopperline.plan.*;
import org.hopperline.schedule.*;
import org.hopperline.work.*;
import org.hopperline.kernel.*;
import org.hopperline.collective.*;
import org.hopperline.step.*;
import org.hopperline.search.*;
import org.hopperline.run.*;
import org.hopperline.run.campaign.*;
import org.hopperline.run.goodput.*;
import org.hopperline.run.machines.*;
import org.hopperline.run.money.*;
import org.hopperline.run.power.*;
import org.hopperline.run.scaling.*;
import org.hopperline.measured.*;
import org.hopperline.calibration.*;
import org.hopperline.validation.*;
import org.hopperline.report.*;
