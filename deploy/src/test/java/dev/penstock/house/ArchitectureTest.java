package dev.penstock.house;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption.DoNotIncludeTests;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;
import java.util.stream.Stream;

/** The allowed dependencies: {@code router → shared ← worker}, {@code cli → all}. */
@AnalyzeClasses(packages = "dev.penstock", importOptions = DoNotIncludeTests.class)
final class ArchitectureTest {
  private static final String ROUTER = "dev.penstock.router..";
  private static final String WORKER = "dev.penstock.worker..";
  private static final String CLI = "dev.penstock.cli..";
  private static final String[] SHARED = {
    "dev.penstock.job..",
    "dev.penstock.cluster..",
    "dev.penstock.model..",
    "dev.penstock.config..",
    "dev.penstock.telemetry..",
    "dev.penstock.tls..",
    "dev.penstock.vertx.."
  };

  @ArchTest
  static final ArchRule every_package_belongs_to_a_module =
      classes()
          .should()
          .resideInAnyPackage(
              Stream.concat(Stream.of(ROUTER, WORKER, CLI), Stream.of(SHARED))
                  .toArray(String[]::new));

  @ArchTest
  static final ArchRule shared_knows_neither_router_nor_worker =
      noClasses()
          .that()
          .resideInAnyPackage(SHARED)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROUTER, WORKER, CLI);

  @ArchTest
  static final ArchRule router_does_not_see_worker =
      noClasses()
          .that()
          .resideInAPackage(ROUTER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(WORKER, CLI);

  @ArchTest
  static final ArchRule worker_does_not_see_router =
      noClasses()
          .that()
          .resideInAPackage(WORKER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(ROUTER, CLI);

  @ArchTest
  static final ArchRule shared_knows_nothing_of_routes_and_networks =
      noClasses()
          .that()
          .resideInAnyPackage(SHARED)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx.ext.web..", "ai.onnxruntime..", "org.bytedeco..");

  @ArchTest
  static final ArchRule router_knows_http_not_pixels =
      noClasses()
          .that()
          .resideInAPackage(ROUTER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "ai.onnxruntime..", "org.bytedeco..", "java.awt..", "javax.imageio..");

  @ArchTest
  static final ArchRule worker_knows_pixels_not_routes =
      noClasses()
          .that()
          .resideInAPackage(WORKER)
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(
              "io.vertx.ext.web", "io.vertx.ext.web.handler..", "java.awt..", "javax.imageio..");

  @ArchTest
  static final ArchRule only_the_engine_and_what_feeds_it_know_opencv =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.penstock.worker.engine..",
              "dev.penstock.worker.vision..",
              "dev.penstock.worker.render..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bytedeco..");

  @ArchTest
  static final ArchRule only_one_kind_of_device_knows_onnx_runtime =
      noClasses()
          .that()
          .resideOutsideOfPackages(
              "dev.penstock.worker.engine.onnx", "dev.penstock.worker.engine.natives")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("ai.onnxruntime..");

  @ArchTest
  static final ArchRule only_the_command_line_knows_picocli =
      noClasses()
          .that()
          .resideOutsideOfPackage(CLI)
          .should()
          .dependOnClassesThat()
          .resideInAPackage("picocli..");

  @ArchTest
  static final ArchRule only_the_cluster_package_configures_hazelcast =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.penstock.cluster..")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("com.hazelcast.config..", "com.hazelcast.client.config..");

  @ArchTest
  static final ArchRule only_the_tls_package_makes_certificates =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.penstock.tls..")
          .should()
          .dependOnClassesThat()
          .resideInAPackage("org.bouncycastle..");

  @ArchTest
  static final ArchRule only_one_place_touches_the_inside_of_vertx =
      noClasses()
          .that()
          .resideOutsideOfPackage("dev.penstock.vertx")
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage("io.vertx..impl..", "io.vertx..internal..");

  @ArchTest
  static final ArchRule packages_form_no_cycles =
      slices().matching("dev.penstock.(**)").should().beFreeOfCycles();
}
