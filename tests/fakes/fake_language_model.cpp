#include "language_model.hpp"

int main(int argc, char** argv) {
  return evenkeel::fakes::run_fake(argc, argv, [](const auto&) { return std::make_unique<evenkeel::fakes::LanguageModel>(); });
}
