#include "witness.hpp"

int main(int argc, char** argv) {
  using namespace evenkeel;
  return fakes::run_fake(argc, argv, [](const auto&) { return std::make_unique<fakes::Witness>(); });
}
