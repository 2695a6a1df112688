#include "cli/cli.hpp"

int main(int argc, char** argv) { return evenkeel::cli::run(argc, argv); }
