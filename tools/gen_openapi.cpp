// Writes the OpenAPI document of this build to stdout: what GET /api/v1/openapi.json answers, without a server.
#include <cstdio>
#include <filesystem>

#include "app/app.hpp"
#include "cli/cli.hpp"

int main() {
  using namespace evenkeel;
  const auto folder =
      std::filesystem::temp_directory_path() / ("evenkeel-openapi-" + std::to_string(SystemClock{}.now().time_since_epoch().count()));
  std::filesystem::create_directories(folder);
  int code = 1;
  {
    const auto app = app::App::open({.database = (folder / "empty.db").string()});
    if (app) {
      const auto answer = (*app)->router->dispatch(http::make_request("GET", "/api/v1/openapi.json"));
      std::fwrite(answer.body.data(), 1, answer.body.size(), stdout);
      code = answer.status == 200 ? 0 : 1;
    } else
      std::fprintf(stderr, "%s\n", cli::describe(app.error()).c_str());
  }
  std::filesystem::remove_all(folder);
  return code;
}
