#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "app/app.hpp"
#include "definitions/gate_names.hpp"

namespace evenkeel::app {
namespace {

TEST(Gates, the_names_that_definitions_know_are_those_of_the_areas) {
  std::vector<std::string> known{std::begin(definitions::gate_names), std::end(definitions::gate_names)};
  std::vector<std::string> all{"second_person", "second_factor"};
  for (const auto& gate : all_gates()) all.push_back(gate.name);
  EXPECT_THAT(known, testing::UnorderedElementsAreArray(all));
}

}  // namespace
}  // namespace evenkeel::app
