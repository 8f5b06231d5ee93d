# `sam build` makes the layers of wheels here, from their locks. Its own builder with pip checks no hash of a wheel for
# another processor than this machine's, and brings a dependency although the layer below has it already.
build-DependenciesLayer build-ChargebeeLayer build-ScalekitLayer:
	uv pip install --quiet --require-hashes --no-deps --only-binary :all: --link-mode copy \
		--python-version 3.13 --python-platform $(PLATFORM) --target "$(ARTIFACTS_DIR)/python" -r requirements.txt
