#include <gtest/gtest.h>

#include <cstdlib>
#include <cstring>

/// Where the steps are linked in: a test program is its own step-runner, as the server is (steps/step_process.hpp).
__attribute__((weak)) int run_as_step_runner(const char* folder);

int main(int argc, char** argv) {
  if (argc == 3 && std::strcmp(argv[1], "step-runner") == 0 && run_as_step_runner) return run_as_step_runner(argv[2]);
  ::setenv("EVENKEEL_ALLOW_ROOT", "1", 0);  // containers and CI run tests as root
  testing::InitGoogleTest(&argc, argv);
  return RUN_ALL_TESTS();
}
