// SPDX-License-Identifier: MIT
// One worker of the Blender on PATH, from its start to its end.
#include <cstdlib>
#include <fstream>

#include <fmt/format.h>

#include "orchestrator/blender_fleet.h"
#include "schema/scene_recipe.h"
#include "schema/typed_io.h"
#include "tests/orchestrator/fleet_watch.h"

namespace rtag::orchestrator {
namespace {

namespace fs = std::filesystem;

constexpr WorkerId kWorker{0, 1};

// A white board under a camera that looks straight down.
schema::SceneRecipe board_recipe() {
  schema::ObjectRecipe board;
  board.type = schema::ObjectType::kBoard;
  board.name = "Board";
  board.rotation_euler = schema::Vector3{0, 0, 0};
  board.properties = schema::BackgroundBoardProperties{schema::TagLayout::kPlain, 4, 3, 0.08, 0.1};
  schema::CameraRecipe camera;
  camera.transform_matrix = {{{1, 0, 0, 0}, {0, 1, 0, 0}, {0, 0, 1, 0.6}, {0, 0, 0, 1}}};
  camera.intrinsics.resolution = {64, 64};
  camera.intrinsics.k_matrix = {{{64, 0, 32}, {0, 64, 32}, {0, 0, 1}}};
  schema::SceneRecipe recipe;
  recipe.scene_id = 3;
  recipe.renderer.mode = schema::RendererMode::kWorkbench;
  recipe.renderer.max_samples = 1;
  recipe.objects = {board};
  recipe.cameras = {camera};
  return recipe;
}

std::string payload(const schema::SceneRecipe& recipe, const fs::path& prefix) {
  return fmt::format(
      R"({{"scene_id":{},"recipe":{},"assets":{{}},"output_prefix":{},"render_seeds":[7],)"
      R"("denoiser":"none","threads":1}})",
      recipe.scene_id, schema::to_json(recipe), schema::to_json(prefix.string()));
}

BlenderInstall install() {
  const char* path = std::getenv("PATH");
  const auto found = find_install(std::nullopt, {{"PATH", path == nullptr ? "" : path}},
                                  fs::read_symlink("/proc/self/exe"));
  REQUIRE(found);
  return *found;
}

}  // namespace

TEST_CASE("Blender starts, renders a scene and leaves, wherever its files are") {
  const PrivateFolder folder = *PrivateFolder::create("/tmp");
  const fs::path odd = folder.path() / "mein Ördner";
  fs::create_directories(odd);
  Scratch scratch = *Scratch::create_in({odd}, {"/tmp"}, 1);
  BlenderFleet fleet({install(), scratch, odd / "logs", {{"PATH", "/usr/bin:/bin"}}, 1});
  FleetWatch watch(fleet);

  fleet.start(kWorker);
  watch.next<WorkerReady>(kWorker);
  const schema::Capabilities& capabilities = fleet.capabilities(kWorker);
  CHECK(capabilities.worker == "0.1");
  CHECK(fs::exists(fs::path(capabilities.datafiles) / "colormanagement" / "config.ocio"));

  const schema::SceneRecipe recipe = board_recipe();
  fleet.send(kWorker, 3, payload(recipe, fleet.frame_prefix(kWorker, 3, 1)));
  CHECK(watch.next<SceneRendered>(kWorker).scene == 3);
  const schema::RenderReply reply = fleet.take_reply(kWorker, 3);
  REQUIRE(reply.frames.size() == 1);
  CHECK(reply.frames[0].resolution == std::array<int, 2>{64, 64});
  CHECK(fs::file_size(reply.frames[0].image) > 64U * 64U * 4U);
  CHECK(fs::exists(reply.frames[0].index));
  CHECK(reply.frames[0].world_from_camera[2][3] == Approx(0.6).epsilon(1e-6));

  // A recipe that no worker renders is the scene's own fault; the worker goes on.
  schema::SceneRecipe wrong = recipe;
  wrong.cameras[0].fstop = 2.8;
  fleet.send(kWorker, 3, payload(wrong, fleet.frame_prefix(kWorker, 3, 2)));
  const SceneRejected rejected = watch.next<SceneRejected>(kWorker);
  CHECK(rejected.blame == Blame::kScene);
  CHECK_THAT(rejected.reason, Catch::Contains("fstop"));

  fleet.shut_down(kWorker);
  CHECK(watch.next<WorkerExited>(kWorker).how == "exited with code 0");
  watch.listen(0);
  CHECK_FALSE(fs::exists(scratch.frames() / "w0.1" / "home"));
}

}  // namespace rtag::orchestrator
