package dev.penstock.house;

import static com.tngtech.archunit.core.domain.JavaCall.Predicates.target;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.equivalentTo;
import static com.tngtech.archunit.core.domain.properties.HasName.Predicates.name;
import static com.tngtech.archunit.core.domain.properties.HasOwner.Predicates.With.owner;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.hazelcast.collection.IQueue;
import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import dev.penstock.telemetry.Ticker;
import java.util.concurrent.BlockingQueue;

/** What nobody may do, because it was found to go wrong. */
@AnalyzeClasses(packages = "dev.penstock", importOptions = DoNotIncludeTests.class)
final class HabitsTest {
  /**
   * On an ordered queue of Hazelcast 5.6 it delivers some items twice and loses others. A call
   * through {@code BlockingQueue} may be one on such a queue.
   */
  @ArchTest
  static final ArchRule job_queues_are_never_drained_at_once =
      noClasses()
          .should()
          .callMethodWhere(
              target(name("drainTo"))
                  .and(
                      target(
                          owner(
                              assignableTo(IQueue.class).or(equivalentTo(BlockingQueue.class))))));

  /** Time is injected; and a wall clock jumps. */
  @ArchTest
  static final ArchRule only_the_ticker_reads_a_clock =
      noClasses()
          .that()
          .doNotHaveFullyQualifiedName(Ticker.class.getName())
          .should()
          .callMethod(System.class, "nanoTime")
          .orShould()
          .callMethod(System.class, "currentTimeMillis");

  /**
   * Standard output belongs to the line that says that the process is ready, and the access log.
   */
  @ArchTest
  static final ArchRule only_the_command_line_prints =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.penstock.cli..")
          .should()
          .accessField(System.class, "out")
          .orShould()
          .accessField(System.class, "err");

  @ArchTest
  static final ArchRule nothing_is_called_after_its_being_an_implementation =
      noClasses().should().haveSimpleNameEndingWith("Impl").orShould().resideInAPackage("..impl..");
}
