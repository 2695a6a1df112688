#include "views/watches.hpp"

#include <gtest/gtest.h>

#include <limits>

namespace evenkeel::views {
namespace {

TEST(Watches, a_percentile_is_read_between_the_bounds_of_its_bucket) {
  const std::vector<double> bounds{100, 200, 400, std::numeric_limits<double>::infinity()};
  EXPECT_NEAR(*percentile_of({50, 40, 10, 0}, bounds, 0.5), 100, 1e-9);
  EXPECT_NEAR(*percentile_of({50, 40, 10, 0}, bounds, 0.9), 200, 1e-9);
  EXPECT_NEAR(*percentile_of({50, 40, 10, 0}, bounds, 0.95), 300, 1e-9);
}
TEST(Watches, beyond_the_last_bound_it_is_at_least_that_bound) {
  EXPECT_EQ(*percentile_of({1, 0, 9}, {100, 200, 1e300}, 0.95), 200);
  EXPECT_FALSE(percentile_of({0, 0}, {100, 200}, 0.95));
}

}  // namespace
}  // namespace evenkeel::views
