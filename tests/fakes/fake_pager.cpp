#include "pager.hpp"

int main(int argc, char** argv) {
  using namespace evenkeel;
  return fakes::run_fake(argc, argv, [](const auto& options) { return std::make_unique<fakes::Pager>(Secret{options.get("secret")}); });
}
